INSERT INTO [dbo].[Patients]
           ([Id]
           ,[Nom])
     VALUES
           (1
           ,'MARTIN')
GO
INSERT INTO [dbo].[Patients]
           ([Id]
           ,[Nom])
     VALUES
           (2
           ,{ts '2020-01-01 00:00:00'})
GO
